/// The commands of the string group.
enum StringCommands {
    static let rows: [Command] = [
        get, set, setnx, setex, psetex, getset, getdel, getex, mget, mset, msetnx, msetex, append, strlen, getrange,
        substr, setrange, incr, decr, incrby, decrby, incrbyfloat, increx, lcs, digest, delex, delifeq,
    ]
}
