import Glibc
import Martlet

exit(Program.run(CommandLine.arguments))
