import Glibc

/// How many descriptors this process may have, which bounds how many clients it can serve.
package enum OpenFileLimit {
    /// Descriptors wanted besides the clients': listeners, log files, the loop's own, and some in reserve.
    package static let reserve = 32

    /// What `raise` came to.
    package struct Outcome: Equatable, Sendable {
        /// Clients that can be served: as many as asked for, if all went well.
        package let clients: Int
        /// The limit before and after.
        package let before: Int
        package let after: Int
        /// Why the limit is lower than wanted.
        package let failure: SystemError?
    }

    /// Raises the process's limit, if need be, to serve `clients` clients, as far as the system allows.
    package static func raise(forClients clients: Int) -> Outcome {
        let wanted = clients + reserve
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // Safe: the kernel fills and reads one structure.
        guard unsafe getrlimit(resource, &limit) == 0 else {
            return Outcome(clients: clients, before: 0, after: 0, failure: SystemError("getrlimit"))
        }
        let before = Int(clamping: limit.rlim_cur)
        if before >= wanted { return Outcome(clients: clients, before: before, after: before, failure: nil) }
        var failure: SystemError?
        // Above the hard limit only a privileged process gets what it asks for; everybody gets the hard limit.
        for target in [wanted, min(wanted, Int(clamping: limit.rlim_max))] where target > before {
            var raised = rlimit(rlim_cur: rlim_t(target), rlim_max: max(rlim_t(target), limit.rlim_max))
            if unsafe setrlimit(resource, &raised) == 0 {
                let served = min(clients, max(target - reserve, 1))
                return Outcome(clients: served, before: before, after: target, failure: target < wanted ? failure : nil)
            }
            failure = SystemError("setrlimit")
        }
        return Outcome(clients: min(clients, max(before - reserve, 1)), before: before, after: before, failure: failure)
    }
}
