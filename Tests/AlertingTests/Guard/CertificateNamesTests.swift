import NIOSSL
import Testing

@testable import Alerting

@Suite struct `The names of a certificate` {
    @Test(arguments: [
        ("hooks.example.com", "hooks.example.com"), ("hooks.example.com", "HOOKS.example.COM"),
        ("hooks.example.com", "*.example.com"),
    ])
    func `fit`(host: String, name: String) {
        #expect(CertificateNames.contain(host, in: ["x.example.org", name]))
    }

    @Test(arguments: [
        ("hooks.example.com", "example.com"), ("hooks.example.com", "*.com"), ("hooks.example.com", "*"),
        ("hooks.example.com", "*.hooks.example.com"), ("a.hooks.example.com", "*.example.com"),
        ("example.com", "*.com"),
        ("hooks.example.com", "h*.example.com"), ("hooks.example.com", "hooks.example.com."), ("hooks.example.com", ""),
        (".example.com", "*.example.com"), ("example.com", "*.example.com"),
    ])
    func `do not fit`(host: String, name: String) {
        #expect(!CertificateNames.contain(host, in: [name]))
    }

    @Test func `are the DNS names among the others`() throws {
        let certificate = try #require(try NIOSSLCertificate.fromPEMBytes(Array(TestTLS.certificate.utf8)).first)
        #expect(CertificateNames.names(of: certificate) == ["hooks.example.com"])
    }
}
