// The port from which a socket connects.
//
// Left to itself, Linux looks for one among all that may be given, half of them first: from 14,000
// connections to one address on, each further one takes milliseconds. Here it looks among a few,
// which move on from socket to socket. Kernels before 6.3 go on as before. Source: ip(7),
// IP_LOCAL_PORT_RANGE.
#pragma once

namespace peregrine::io {

// REQUIRES: an IPv4 or IPv6 socket that is not bound or connected. Any thread.
void narrow_local_ports(int fd);
// The few were all taken (EADDRNOTAVAIL): among all again.
void widen_local_ports(int fd);

}  // namespace peregrine::io
