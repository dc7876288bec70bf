package io.outrigger.proxy.downstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.logging.Logger;

/**
 * Has the kernel overhear whoever wants to connect to a listening TCP socket, while it finishes the connections that it
 * has begun. Who was not heard asks again after a second, and is refused when the socket is closed by then. So no
 * connection comes about between the last look at who has come and the closing, which would reset it. Immutable.
 *
 * <p>A filter for packets (socket(7), SO_ATTACH_FILTER; kernel's networking/filter.rst), which needs no privilege: of a
 * TCP socket it sees segments from their header on, and those with SYN and without ACK are dropped.
 */
final class NoNewcomers {
    private static final Logger LOG = Logger.getLogger(NoNewcomers.class.getName());

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int PROGRAM_BYTES = 16; // struct sock_fprog where addresses have 8 bytes
    private static final int ADDRESS_AT = 8; // in that struct, behind the number of instructions
    private static final int INSTRUCTION_BYTES = 8; // struct sock_filter

    private static final int LOAD_BYTE = 0x30;
    private static final int AND = 0x54;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int FLAGS_AT = 13; // in the header of TCP (RFC 9293 §3.1)
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int DROP = 0;
    private static final int ALL_OF_IT = -1;

    private NoNewcomers() {}

    /** Tells whether the kernel does so now; elsewhere than on Linux's epoll nothing has changed. */
    static boolean at(Channel server) {
        if (!(server instanceof EpollServerSocketChannel) || Buffer.addressSize() != Long.BYTES) {
            return false;
        }
        ByteBuffer instructions = instructions();
        ByteBuffer program = ByteBuffer.allocate(PROGRAM_BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(0, (short) (instructions.capacity() / INSTRUCTION_BYTES))
                .putLong(ADDRESS_AT, Buffer.memoryAddress(instructions));
        try {
            return server.config()
                    .setOption(
                            new RawUnixChannelOption("ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES),
                            program);
        } catch (ChannelException e) {
            LOG.fine(() -> "the kernel takes no filter: " + e.getMessage());
            return false;
        } finally {
            Reference.reachabilityFence(instructions); // until the kernel has copied them
        }
    }

    private static ByteBuffer instructions() {
        ByteBuffer code = ByteBuffer.allocateDirect(5 * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        put(code, LOAD_BYTE, 0, 0, FLAGS_AT);
        put(code, AND, 0, 0, SYN | ACK);
        put(code, JUMP_IF_EQUAL, 0, 1, SYN);
        put(code, RETURN, 0, 0, DROP);
        put(code, RETURN, 0, 0, ALL_OF_IT);
        return code.flip();
    }

    /** @param otherwise how many instructions a jump leaves out where its condition does not hold */
    private static void put(ByteBuffer code, int operation, int then, int otherwise, int operand) {
        code.putShort((short) operation).put((byte) then).put((byte) otherwise).putInt(operand);
    }
}
