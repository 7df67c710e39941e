import Runtime

/// Settings as lines of an aligned table.
func settingsTable(_ settings: [Setting]) -> [String] {
    textTable(
        ["KEY", "TYPE", "UNIT OR RANGE", "DEFAULT", "MEANING"],
        settings.map { setting in
            [
                setting.name, setting.kind.typeName, dashIfEmpty(setting.kind.unit),
                dashIfEmpty(setting.defaultText ?? ""), setting.help + (setting.isSecret ? " (secret)" : ""),
            ]
        })
}

private func dashIfEmpty(_ text: String) -> String { text.isEmpty ? "-" : text }
