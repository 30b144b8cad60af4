/// What the server says it is.
package enum Version {
    /// Martlet's own version.
    package static let martlet = "0.1.0"
    /// The version of Redis whose behaviour clients may count on; many of them gate features on it.
    package static let compatible = "7.2.4"
    /// What HELLO answers. redis-py keeps a cache of its own only with a server that calls itself 7.4 there, though all that it
    /// needs has been in Redis since 6.0.
    package static let handshake = "7.4.0"
    /// The version of memcached whose protocol is spoken on its port.
    package static let memcached = "1.6.18"
}
