// Feeds every parser of the project with bytes that nobody means well by: `postroom-fuzz --help`.
FuzzCommand.main()
