package io.outrigger.proxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of a name: its addresses, behind its aliases (RFC 1034 §3.6.2). Immutable.
 *
 * @param addresses none when there are none
 * @param ttlSeconds the least of all records that lead there
 * @param unfinished the last alias, when the response does not say what that stands for; null otherwise
 */
record Answers(
        List<InetAddress> addresses,
        long ttlSeconds,
        @Nullable String unfinished) {
    private static final int MOST_ALIASES = 16;

    private record Alias(String target, long ttlSeconds) {}

    /** For a name that ends in a dot. */
    static Answers of(DnsResponse response, String name, DnsRecordType type) {
        Map<String, Alias> aliases = new HashMap<>();
        Map<String, List<InetAddress>> addresses = new HashMap<>();
        Map<String, Long> ttls = new HashMap<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            String owner = record.name().toLowerCase(Locale.ROOT);
            if (!(record instanceof DnsRawRecord raw)) {
                continue;
            }
            if (record.type().equals(DnsRecordType.CNAME)) {
                String target = DefaultDnsRecordDecoder.decodeName(raw.content().duplicate());
                aliases.putIfAbsent(owner, new Alias(target.toLowerCase(Locale.ROOT), record.timeToLive()));
            } else if (record.type().equals(type)) {
                InetAddress address = address(raw.content(), type);
                if (address != null) {
                    addresses.computeIfAbsent(owner, _ -> new ArrayList<>()).add(address);
                    ttls.merge(owner, record.timeToLive(), Math::min);
                }
            }
        }
        return follow(name.toLowerCase(Locale.ROOT), aliases, addresses, ttls);
    }

    private static Answers follow(
            String name, Map<String, Alias> aliases, Map<String, List<InetAddress>> addresses, Map<String, Long> ttls) {
        String at = name;
        long ttl = Integer.MAX_VALUE;
        for (int i = 0; i < MOST_ALIASES; i++) {
            List<InetAddress> found = addresses.get(at);
            if (found != null) {
                return new Answers(found, Math.min(ttl, ttls.getOrDefault(at, ttl)), null);
            }
            Alias alias = aliases.get(at);
            if (alias == null) {
                return new Answers(List.of(), ttl, at.equals(name) ? null : at);
            }
            ttl = Math.min(ttl, alias.ttlSeconds);
            at = alias.target;
        }
        return new Answers(List.of(), ttl, null); // in a circle
    }

    private static @Nullable InetAddress address(ByteBuf content, DnsRecordType type) {
        byte[] bytes = new byte[type.equals(DnsRecordType.A) ? 4 : 16];
        if (content.readableBytes() != bytes.length) {
            return null;
        }
        content.getBytes(content.readerIndex(), bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only of another length
        }
    }
}
