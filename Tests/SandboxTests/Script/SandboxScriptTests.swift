import Sandbox
import Testing

struct SandboxScriptTests {
    @Test func `every name of the help can be written`() throws {
        for (name, value, _) in SandboxScript.names {
            let sample =
                switch value {
                case "share": "0.25"
                case "time": "70ms"
                case "on|off": name == "lookup-own-id" ? "off" : "on"
                case "number": "7"
                default: "12.50"
                }
            let script = try SandboxScript("\(name)=\(sample)")
            #expect(script != SandboxScript(), "\(name)")
            #expect(script.description.hasPrefix("\(name)="), "\(name)")
        }
    }

    @Test func `a script's description reads back as the script`() throws {
        let text =
            "delay=5ms-50ms,drop=0.05,http503=0.1,code:88=0.05,hang-time=2s,retry-after=3s,tps=10,dedupe=on,own-id=on,"
            + "lookup-own-id=off,receipt-delay=1s,receipt-before-answer=0.1,silent=0.2,undelivered=0.3,unknown=0.1,"
            + "list-interval=1s,balance=-0.5,credit=20,clock-ahead=-90s,utc-offset=-5h"
        let script = try SandboxScript(text)
        #expect(try SandboxScript(script.description) == script)
        #expect(script.description == text)
        #expect(script.fates.map(\.fate) == [.drop, .http(503), .code("88")])
        #expect(script.clockAhead == .seconds(-90))
        #expect(SandboxScript().description.isEmpty)
    }

    @Test func `white space and empty parts are passed over`() throws {
        #expect(try SandboxScript(" drop = 0.5 ,\n, hang=0.1,") == SandboxScript("drop=0.5,hang=0.1"))
    }

    @Test(arguments: [
        ("dorp=0.1", "There is no behaviour dorp."), ("=1", "There is no name before =."),
        ("code:0=1", "There is no behaviour code:0."), ("code:12345=1", "There is no behaviour code:12345."),
        ("http200=1", "There is no behaviour http200."), ("http600=1", "There is no behaviour http600."),
        ("drop=1.01", "drop is a share of 0 to 1."), ("drop=-0.1", "drop is a share of 0 to 1."),
        ("drop", "drop is a share of 0 to 1."), ("drop=nan", "drop is a share of 0 to 1."),
        ("raw-space=2", "raw-space is a share of 0 to 1."), ("dedupe=yes", "dedupe is on or off."),
        ("delay=5", "delay is a time such as 50ms or 50ms-2s, up to 24h."),
        ("delay=9ms-5ms", "delay is a time such as 50ms or 50ms-2s, up to 24h."),
        ("delay=25h", "delay is a time such as 50ms or 50ms-2s, up to 24h."),
        ("hang-time=6m", "hang-time is a time such as 60s, up to 5m."),
        ("tps=-1", "tps is a number of 0 to 1000000."), ("balance=1.", "balance is a decimal such as 3788.32."),
        ("utc-offset=+8h", "utc-offset is a time such as 8h or -5h, up to 24h."),
        ("drop=0.1,drop=0.2", "drop is given twice."),
        ("drop=0.6,lost=0.5", "The shares of drop, lost are more than 1 together."),
        ("unknown=0.6,undelivered=0.5", "The shares of undelivered and unknown are more than 1 together."),
        ("a=1,b=2", "There is no behaviour a.\nThere is no behaviour b."),
    ])
    func `what is wrong is named`(text: String, sentence: String) {
        let failure = #expect(throws: SandboxScriptFailure.self) { try SandboxScript(text) }
        #expect(failure?.description == sentence)
    }

    @Test func `shares may be everything together`() throws {
        let tenths = (0..<10).map { "code:\(40 + $0)=0.1" }.joined(separator: ",")
        #expect(try SandboxScript(tenths).fates.count == 10)
    }
}
