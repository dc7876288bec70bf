package io.outrigger.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;

/**
 * The last handler of a channel, which ignores whatever it does not say. In place of Netty's adapters, which have
 * annotations: to look at one the JDK makes proxy classes, for which it loads what it makes classes with, and that is
 * half a megabyte in a process that needs none of it again. Confined to one loop.
 */
public abstract class QuietHandler implements ChannelInboundHandler {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {}

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {}

    @Override
    public void channelRegistered(ChannelHandlerContext context) {}

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {}

    @Override
    public void channelActive(ChannelHandlerContext context) {}

    @Override
    public void channelInactive(ChannelHandlerContext context) {}

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {}

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {}
}
