package io.outrigger.proxy.loop;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Netty's epoll, but where a peer has ended its side what it said is read no faster than it is wanted, if asked to; and
 * a socket of which nothing is expected stays in its set. Netty 4.2.18 takes it out there (its peer
 * has ended its side, and nothing waits to be written) and forgets that it did: the next write that the peer is too slow
 * for fails, because the change it asks for finds no entry, and what was to be written is lost. Confined to one loop.
 */
final class EpollThatKeeps implements IoHandler {
    private static final FastThreadLocal<EpollThatKeeps> OF_THIS_LOOP = new FastThreadLocal<>();

    private final IoHandler epoll;
    private final Map<FileDescriptor, Registration> sockets = new IdentityHashMap<>(); // confined to the loop

    private EpollThatKeeps(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory epolls = EpollIoHandler.newFactory();
        return executor -> new EpollThatKeeps(epolls.newHandler(executor));
    }

    /**
     * Reads a socket of this loop at the pace that is asked for to its end. Netty would read all that the kernel has,
     * megabytes perhaps, once the end has come, for whoever stopped reading and wants to hear of that.
     */
    static void readAtItsPace(Channel channel) {
        EpollThatKeeps loop = OF_THIS_LOOP.getIfExists();
        if (loop != null && channel instanceof UnixChannel socket) {
            Registration registration = loop.sockets.get(socket.fd());
            if (registration != null) {
                registration.readAtItsPace();
            }
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Registration registration = new Registration(epoll.register(handle), handle);
        if (handle instanceof EpollIoHandle socket) {
            sockets.put(socket.fd(), registration);
        }
        return registration;
    }

    @Override
    public void initialize() {
        OF_THIS_LOOP.set(this);
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
    private final class Registration implements IoRegistration {
        private final IoRegistration its;
        private final IoHandle handle;
        private EpollIoOps last = EpollIoOps.NONE; // that were asked for
        private boolean inSet;
        private boolean atItsPace; // the end is read behind everything else, and not told before

        Registration(IoRegistration its, IoHandle handle) {
            this.its = its;
            this.handle = handle;
        }

        void readAtItsPace() {
            atItsPace = true;
            if (inSet && last.contains(EpollIoOps.EPOLLRDHUP)) {
                submit(last);
            }
        }

        @Override
        public long submit(IoOps ops) {
            last = (EpollIoOps) ops;
            EpollIoOps wanted = atItsPace ? last.without(EpollIoOps.EPOLLRDHUP) : last;
            if (!wanted.equals(EpollIoOps.NONE)) {
                inSet = true;
            } else if (inSet) {
                return its.submit(EpollIoOps.EPOLLET); // errors only, and each of them once
            }
            return its.submit(wanted);
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
            if (handle instanceof EpollIoHandle socket) {
                sockets.remove(socket.fd(), this);
            }
            return its.cancel();
        }
    }
}
