package io.outrigger.config;

/** Where something listens or is reached: a host and port, or the path of a Unix socket. Immutable. */
public sealed interface Address {

    /** The host is a name or an IP literal without brackets, in lower case; port 0 asks the system for a free one. */
    record Tcp(String host, int port) implements Address {
        public Tcp {
            if (host.isEmpty()) {
                throw new IllegalArgumentException("host: nothing (expected: a name or an IP address)");
            }
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    record Unix(String path) implements Address {
        public Unix {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("path: " + path + " (expected: an absolute path)");
            }
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
