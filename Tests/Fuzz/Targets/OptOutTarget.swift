#if DEBUG || FUZZ
    import Domain

    extension FuzzTarget {
        static let optOutWord = FuzzTarget(
            "opt-out-word",
            words: [
                "STOP", "stop all", "Start", "ＳＴＯＰ", "\u{301}", "\u{202E}", "退订", "수신거부", "İPTAL", ".", " ",
                "\u{1109}\u{116E}", "ß", "\u{0}",
            ]
        ) { bytes, trace in
            let words = try? OptOutWords(stop: ["STOP", "STOPALL", "İPTAL", "退订", "수신거부"], start: ["START"])
            let text = String(decoding: bytes, as: UTF8.self)
            let found = words?.wish(of: text)
            trace.note(found?.word ?? "none")
            guard let words, let found else { return }
            trace.require(words.wish(of: found.word)?.word == found.word, "a word is itself")
            // Of a message the first 1 024 scalars are looked at, what is around the word included.
            guard text.unicodeScalars.count <= 1_000 else { return }
            trace.require(words.wish(of: " \(text)! ")?.wish == found.wish, "what is around a word changes nothing")
        }
    }
#endif
