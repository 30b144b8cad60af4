/// Why an instruction or a native function cannot go on.
enum LuaError: Error {
    /// What a script sees in `pcall`: a string in most cases, with its position already in front.
    case value(Value)
    /// A message to which the position of the running instruction is added.
    case message(String)
    /// The message of a native function: the position is that of its caller.
    case native(String)
    /// Argument number `position` of the native function is not what it has to be.
    case argument(Int, String)
    /// A register holds what an operation cannot take. Named after where the value came from.
    case operand(String, Value, register: Int)
    case outOfMemory
}
