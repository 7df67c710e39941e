// The operator's command line. What it does: Sources/Operations/Commands.
import Operations

await PostroomCommand.execute()
