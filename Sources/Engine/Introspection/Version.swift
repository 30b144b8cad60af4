/// What the server says it is.
package enum Version {
    /// Martlet's own version.
    package static let martlet = "0.1.0"
    /// The version of Redis whose behaviour clients may count on; many of them gate features on it.
    package static let compatible = "7.2.4"
}
