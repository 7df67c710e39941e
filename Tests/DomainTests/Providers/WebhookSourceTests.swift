import Domain
import Testing

struct WebhookSourceTests {
    @Test func `names are those that are stored, and unknown ones are kept`() {
        #expect(WebhookSource.nxteleReceipt.rawValue == "nxtele-receipt")
        #expect(WebhookSource.nxteleInbound.rawValue == "nxtele-inbound")
        #expect(WebhookSource.onoffSMS.rawValue == "onoff-sms")
        #expect(WebhookSource(rawValue: "of-a-later-version").description == "of-a-later-version")
        #expect(WebhookSource(rawValue: "onoff-sms") == .onoffSMS)
    }
}
