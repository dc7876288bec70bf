/**
 * How names become addresses: the hosts file, then the servers of resolv.conf (resolver(5)), asked over Netty's DNS
 * client on one thread that is there when the first name is. Nothing of the data path is here.
 */
@NullMarked
package io.outrigger.proxy.dns;

import org.jspecify.annotations.NullMarked;
