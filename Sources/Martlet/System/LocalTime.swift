import Glibc

/// A moment as a calendar shows it here, or at Greenwich.
struct LocalTime {
    let year, month, day, hour, minute, second: Int

    init(_ microseconds: Int64, utc: Bool = false) {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = unsafe tm()
        // Safe: both calls fill the structure given and keep no pointer to it.
        if utc { unsafe _ = gmtime_r(&seconds, &parts) } else { unsafe _ = localtime_r(&seconds, &parts) }
        unsafe year = Int(parts.tm_year) + 1900
        unsafe month = Int(parts.tm_mon) + 1
        unsafe day = Int(parts.tm_mday)
        unsafe hour = Int(parts.tm_hour)
        unsafe minute = Int(parts.tm_min)
        unsafe second = Int(parts.tm_sec)
    }
}
