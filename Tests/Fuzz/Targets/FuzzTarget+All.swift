extension FuzzTarget {
    #if DEBUG || FUZZ
        /// Every parser of the project. A new one is a line here and a folder in the corpus.
        static let all: [FuzzTarget] = [
            nxteleReceipt, nxteleInbound, onoffLog, optOutWord,
            sendAnswer, recordAnswer, dayListAnswer, billedPage, balanceAnswer, retryAfter,
            requestFraming, targetRepair, requestTarget, proxyHeader, addresses,
            apiBody, apiQuery, alertBody,
            webhookURL,
            spoolSegment, priceFile, settingsFile,
            sandboxForm, sandboxJSON, sandboxScript, callbackAnswer,
        ]

        /// Parsers that are wrong on purpose, each in another way: what does not find them finds nothing. They run where
        /// they are named, and only there.
        static let broken: [FuzzTarget] = [brokenTrap, brokenHang, brokenGrowth, brokenLaw]
    #else
        static let all: [FuzzTarget] = []
        static let broken: [FuzzTarget] = []
    #endif
}
