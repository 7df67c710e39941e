extension OptOutWords {
    /// What carriers and providers demand (CTIA's list as Twilio and AWS have it: STOP to TD, and ARRET), and what is
    /// usual in other languages. Not among them: words that answer other questions as well, such as NO.
    package static let standardStop = [
        "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE", "REMOVE", "TD", "T",
        "ARRET", "ARRETT", "ARRETE", "ARRETER", "DESABONNER",  // French
        "STOPP", "STOPPEN", "ABMELDEN", "ABBESTELLEN",  // German; STOPP also Swedish and Norwegian
        "BAJA", "PARAR", "CANCELAR", "SAIR", "REMOVER",  // Spanish, Portuguese
        "ANNULLA", "CANCELLA", "AFMELDEN", "AVSLUTA", "AVMELD", "AFMELD", "LOPETA",  // Italian, Dutch, Nordic
        "REZYGNUJE", "ODHLASIT", "DEZABONARE",  // Polish, Czech, Romanian
        "IPTAL", "RET", "BERHENTI", "UNREG", "HUY",  // Turkish, Indonesian, Vietnamese
        "СТОП", "ОТПИСАТЬСЯ", "ОТПИСКА", "ΣΤΟΠ", "ΔΙΑΓΡΑΦΗ",  // Russian, Greek
        "إيقاف", "ايقاف", "إلغاء", "الغاء", "توقف", "قف", "הסר", "הסרה",  // Arabic in both spellings, Hebrew
        "退订", "退訂", "取消订阅", "取消訂閱", "停止", "配信停止", "수신거부", "중지", "ยกเลิก", "बंद",
    ]

    /// Likewise. Not YES, although providers take it, too: after a question by SMS it is an answer, and no consent to
    /// everything that follows.
    package static let standardStart = [
        "START", "UNSTOP", "SUBSCRIBE", "RESUBSCRIBE", "OPTIN", "RESUME",
        "REPRENDRE", "ABONNER", "STARTEN", "ANMELDEN", "ALTA", "INICIAR", "VOLTAR", "AANMELDEN", "DEVAM",
        "СТАРТ", "ПОДПИСАТЬСЯ", "ابدأ", "ابدا", "اشتراك", "הצטרף", "订阅", "訂閱", "恢复订阅", "開始", "再開", "수신동의", "시작",
    ]
}
