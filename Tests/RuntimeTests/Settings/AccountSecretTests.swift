import Testing

@testable import Runtime

@Suite struct AccountSecretTests {
    @Test(arguments: [
        ("KEY", "default", "KEY"), ("acme:KEY", "acme", "KEY"), ("acme:a:b", "acme", "a:b"),
        ("a-b_c.9:~!", "a-b_c.9", "~!"),
    ])
    func `a key is read with its account`(text: String, account: String, key: String) {
        #expect(AccountSecret(text) == AccountSecret(account: account, secret: Secret(key)))
    }

    @Test(arguments: ["", ":", ":KEY", "acme:", "ac me:KEY", "acme:K Y", "K,Y", "KÄY", "ä:KEY", "K\nY", "K\u{7F}"])
    func `anything else is refused`(text: String) {
        #expect(AccountSecret(text) == nil)
    }

    @Test func `account and key are bounded`() {
        let account = String(repeating: "a", count: AccountSecret.accountBytesMax)
        let key = String(repeating: "k", count: AccountSecret.secretBytesMax)
        #expect(AccountSecret("\(account):\(key)") != nil)
        #expect(AccountSecret("a\(account):\(key)") == nil)
        #expect(AccountSecret("\(account):k\(key)") == nil)
    }

    @Test func `a secret never prints`() {
        struct Holder { var secret = Secret("hush-hush") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        dump(Secret("hush-hush"), to: &dumped)
        let texts = [
            "\(Secret("hush-hush"))", String(reflecting: Secret("hush-hush")), "\(Holder())",
            String(reflecting: Holder()), "\([AccountSecret("acme:hush-hush")])", dumped,
        ]
        for text in texts { #expect(!text.contains("hush")) }
        #expect(Secret("hush-hush").revealed == "hush-hush")
    }
}
