import Testing

@testable import Runtime

@Suite struct SettingTableTests {
    @Test func `no name stands twice`() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
    }

    @Test func `a secret has no default`() {
        #expect(Setting.all.filter { $0.isSecret && $0.defaultText != nil }.isEmpty)
    }

    @Test(arguments: Setting.all)
    func `every setting's help is a sentence, and its default reads without a problem`(setting: Setting) throws {
        #expect(setting.help.hasSuffix(".") && setting.help.first?.isUppercase == true)
        #expect(!setting.kind.typeName.isEmpty)
        let reader = SettingsReader(environment: [:])
        switch setting.kind {
        case .text, .path: #expect(reader.optionalText(setting) == setting.defaultText)
        case .choice: #expect(reader.choice(setting) == setting.defaultText)
        case .list: #expect(reader.list(setting) == (setting.defaultText.map { [$0] } ?? []))
        case .accountSecrets: #expect(reader.accountSecrets(setting).isEmpty)
        case .listenAddress: #expect(reader.optionalListenAddress(setting)?.description == setting.defaultText)
        case .duration: #expect(reader.duration(setting).settingText == setting.defaultText)
        case .integer: #expect("\(reader.integer(setting))" == setting.defaultText)
        case .byteCount: #expect("\(reader.byteCount(setting))" == setting.defaultText)
        }
        try reader.finish()
    }
}
