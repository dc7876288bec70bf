package io.outrigger.proxy.dns;

import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import io.outrigger.proxy.balance.NameService.Records;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Asks one server after the other, until one knows the answer or knows that there is none. Confined to one loop. */
final class Questions {
    /** The answer of servers that know that there is nothing of that name. */
    static final Records NO_SUCH_NAME = Records.unknown("no such name");

    private static final int MOST_DETOURS = 8; // aliases whose addresses have to be asked for

    private final DnsNameResolver client;
    private final ResolvConf config;

    Questions(DnsNameResolver client, ResolvConf config) {
        this.client = client;
        this.config = config;
    }

    /** For a name that ends in a dot. */
    void ask(String name, DnsRecordType type, Consumer<? super Records> then) {
        new Question(name, type, Integer.MAX_VALUE, MOST_DETOURS, then).ask(0);
    }

    private final class Question {
        private final String name;
        private final DnsRecordType type;
        private final long ttlSeconds; // of the aliases that led here
        private final int detours; // that may still be made
        private final Consumer<? super Records> then;

        Question(String name, DnsRecordType type, long ttlSeconds, int detours, Consumer<? super Records> then) {
            this.name = name;
            this.type = type;
            this.ttlSeconds = ttlSeconds;
            this.detours = detours;
            this.then = then;
        }

        void ask(int number) {
            List<InetSocketAddress> servers = config.servers();
            InetSocketAddress server = servers.get(number % servers.size());
            client.query(server, new DefaultDnsQuestion(name, type))
                    .addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> future) -> {
                        if (!future.isSuccess()) {
                            trouble(number, server, words(future.cause()));
                            return;
                        }
                        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = future.getNow();
                        try {
                            answered(number, server, envelope.content());
                        } finally {
                            envelope.release();
                        }
                    });
        }

        private void answered(int number, InetSocketAddress server, DnsResponse response) {
            DnsResponseCode code = response.code();
            boolean exists = code.equals(DnsResponseCode.NOERROR);
            if (!exists && !code.equals(DnsResponseCode.NXDOMAIN)) {
                trouble(number, server, code.toString().replaceAll("\\(.*", "").toLowerCase(Locale.ROOT));
                return;
            }
            Answers answers = Answers.of(response, name, type);
            long ttl = Math.min(ttlSeconds, answers.ttlSeconds());
            if (!answers.addresses().isEmpty()) {
                then.accept(new Records(answers.addresses(), Duration.ofSeconds(ttl), ""));
            } else if (response.isTruncated()) {
                trouble(number, server, "a truncated answer");
            } else if (exists && answers.unfinished() != null && detours > 0) {
                new Question(answers.unfinished(), type, ttl, detours - 1, then).ask(0);
            } else {
                then.accept(exists ? Records.NONE : NO_SUCH_NAME);
            }
        }

        private void trouble(int number, InetSocketAddress server, String what) {
            if (number + 1 < config.servers().size() * config.attempts()) {
                ask(number + 1);
            } else {
                then.accept(
                        Records.unknown(what + " from " + server.getAddress().getHostAddress()));
            }
        }

        private static String words(Throwable cause) {
            return cause instanceof DnsNameResolverTimeoutException
                    ? "no answer in time"
                    : String.valueOf(cause.getMessage());
        }
    }
}
