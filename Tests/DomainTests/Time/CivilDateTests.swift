import Domain
import Testing

struct CivilDateTests {
    @Test func `every day of the years 1 to 9999 survives its fields and its text`() throws {
        // Counted forward by the rule of the calendar, as an independent check of the arithmetic.
        var (year, month, day) = (1, 1, 1)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var date = try #require(CivilDate(year: 1, month: 1, day: 1))
        #expect(date.daysSinceEpoch == -719_162)
        var wrong = 0
        while year <= 9999 {
            if date.year != year || date.month != month || date.day != day { wrong += 1 }
            if CivilDate(year: year, month: month, day: day) != date { wrong += 1 }
            if day == 1, CivilDate(date.description) != date { wrong += 1 }
            let leap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
            day += 1
            if day > (month == 2 && leap ? 29 : lengths[month - 1]) { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
            date.daysSinceEpoch += 1
        }
        #expect(wrong == 0)
        #expect(date.daysSinceEpoch == 2_932_897)
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-01-01", 10_957), ("2000-02-29", 11_016),
            ("2024-02-29", 19_782),
            ("2026-11-21", 20_778), ("9999-12-31", 2_932_896), ("0001-01-01", -719_162),
        ] as [(String, Int32)])
    func `known days`(text: String, days: Int32) throws {
        let date = try #require(CivilDate(text))
        #expect(date.daysSinceEpoch == days)
        #expect(date.description == text)
        #expect(date.start.day == date)
    }

    @Test(arguments: [
        "", "2023", "2023-02-29", "1900-02-29", "2023-04-31", "2023-00-10", "2023-13-01", "2023-01-00", "2023-01-32",
        "0000-01-01", "2023-1-01", "2023-01-1", "23-01-01", "2023/01/01", "2023-01-01 ", " 2023-01-01", "+2023-01-01",
        "2023-01-011", "２023-01-01", "2023-01-0x", "10000-01-01",
    ])
    func `dates that do not exist, and other forms, are refused`(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test func `the farthest days there are do not trap`() {
        #expect(CivilDate(daysSinceEpoch: .max).start == Timestamp(microseconds: .max))
        #expect(CivilDate(daysSinceEpoch: .min).start == Timestamp(microseconds: .min))
        #expect(CivilDate(daysSinceEpoch: .max).description == "5881580-07-11")
        #expect(CivilDate(daysSinceEpoch: .min).description.hasPrefix("-"))
        #expect(Timestamp(microseconds: .min).day < Timestamp(microseconds: .max).day)
    }
}
