package io.outrigger.proxy.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, but a socket of which nothing is expected stays in its set. Netty 4.2.18 takes it out there (its peer
 * has ended its side, and nothing waits to be written) and forgets that it did: the next write that the peer is too slow
 * for fails, because the change it asks for finds no entry, and what was to be written is lost. Shared by all loops.
 */
final class EpollThatKeeps implements IoHandler {
    private final IoHandler epoll;

    private EpollThatKeeps(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory epolls = EpollIoHandler.newFactory();
        return executor -> new EpollThatKeeps(epolls.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    /** That of one socket. Confined to one loop. */
    private static final class Registration implements IoRegistration {
        private final IoRegistration its;
        private boolean inSet;

        Registration(IoRegistration its) {
            this.its = its;
        }

        @Override
        public long submit(IoOps ops) {
            if (!ops.equals(EpollIoOps.NONE)) {
                inSet = true;
            } else if (inSet) {
                return its.submit(EpollIoOps.EPOLLET); // errors only, and each of them once
            }
            return its.submit(ops);
        }

        @Override
        public <T> T attachment() {
            return its.attachment();
        }

        @Override
        public boolean isValid() {
            return its.isValid();
        }

        @Override
        public boolean cancel() {
            return its.cancel();
        }
    }
}
