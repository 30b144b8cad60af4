import Testing

@testable import martlet_load

@Suite struct LoadOptionsTests {
    @Test func optionsAreTaken() throws {
        let parsed = try LoadOptions.parse([
            "--port", "7401", "--workload", "incr", "--clients", "3", "--pipeline", "7", "--requests", "9",
            "--warmup",
            "0.5", "--preload", "--json",
        ])
        guard case .run(let options) = parsed, case .requests(9) = options.limit else {
            Issue.record("not a run of nine requests")
            return
        }
        #expect(options.port == 7401)
        #expect(options.workload.name == "incr")
        #expect(options.clients == 3)
        #expect(options.pipeline == 7)
        #expect(options.warmUp == 500_000_000)
        #expect(options.preload && options.json && !options.sequential)
    }

    @Test(arguments: [
        [], ["--workload"], ["--workload", "nope"], ["--workload", "get", "--clients", "0"],
        ["--workload", "get", "--port", "65536"], ["--workload", "get", "--seconds", "-1"],
        ["--workload", "get", "--colour", "red"], ["--workload", "get", "--colour"],
    ])
    func mistakesAreRefused(arguments: [String]) {
        #expect(throws: LoadOptions.Failure.self) { try LoadOptions.parse(arguments) }
    }

    @Test func figuresHaveTheirDecimals() {
        #expect(Report.fixed(0, 2) == "0.00")
        #expect(Report.fixed(1.005, 1) == "1.0")
        #expect(Report.fixed(2.999, 2) == "3.00")
        #expect(Report.fixed(12.0625, 3) == "12.063")
        #expect(Report.fixed(7.5, 0) == "8")
    }

    @Test func textIsQuotedForJSON() {
        #expect(Report.quoted("-ERR \"a\\b\"\u{1}") == "\"-ERR \\\"a\\\\b\\\"?\"")
    }
}
