package io.outrigger.config;

import io.outrigger.config.key.NameKind;
import io.outrigger.config.key.Text;
import io.outrigger.config.key.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How addresses are written: {@code host:port}, {@code [::1]:80}, {@code unix:/run/app.sock}. */
final class Addresses {
    private static final String EXPECTED = "host:port, [IPv6]:port or unix:/path";
    private static final String PATTERN = "^(?:unix:/.{0,106}|(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5})$";
    private static final int LONGEST_SOCKET_PATH = 107; // sun_path of Linux, without its NUL

    /** Port 0 asks the system for a free one. */
    static final Text<Address> LISTENING =
            Text.of(EXPECTED, text -> parse(text, 0)).like(PATTERN).defining(NameKind.ADDRESS);

    static final Text<Address> CONNECTING =
            Text.of(EXPECTED, text -> parse(text, 1)).like(PATTERN);

    private Addresses() {}

    private static @Nullable Address parse(String text, int leastPort) throws Unfit {
        if (text.startsWith("unix:")) {
            return unix(text.substring("unix:".length()));
        }
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return null;
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bracketed ? !Hosts.isIpv6(bare) : bare.indexOf(':') >= 0 || !Hosts.isHost(bare)) {
            return null;
        }
        return new Address.Tcp(bare.toLowerCase(Locale.ROOT), port(text.substring(colon + 1), leastPort));
    }

    private static int port(String digits, int least) throws Unfit {
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : -1;
        if (port < least || port > 65535) {
            throw Unfit.near("a port from " + least + " to 65535 behind the host");
        }
        return port;
    }

    private static Address unix(String path) throws Unfit {
        if (!path.startsWith("/")
                || path.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH
                || path.indexOf('\0') >= 0) {
            throw Unfit.near("unix: and an absolute path of at most " + LONGEST_SOCKET_PATH + " bytes");
        }
        return new Address.Unix(path);
    }
}
