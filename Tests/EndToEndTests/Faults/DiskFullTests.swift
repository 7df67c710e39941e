import TestSupport
import Testing

extension EndToEnd {
    @Suite struct DiskFullTests {
        @Test
        func `without a spool webhooks are refused while Postgres's disk is full, and taken again once there is room`()
            async throws
        {
            try await withStack { stack, database in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await eventually("there is load") { load.sofar.stored.count > 100 }
                // The error of a table that cannot grow, raised where it would be: inside the ingress's statement.
                try await database.sql(
                    """
                    CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
                    END $$;
                    CREATE TRIGGER full_disk BEFORE INSERT ON queue.webhook EXECUTE FUNCTION public.full_disk()
                    """)
                let stored = try await database.sql("SELECT count(*) FROM inbox.webhook")
                try await eventually("they are refused") { load.sofar.refused >= 16 }
                #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == stored)
                try await eventually("the log says why") { ingress.process.log.contains("53100") }
                let before = load.sofar.stored.count
                try await database.sql("DROP TRIGGER full_disk ON queue.webhook")
                try await eventually("they are taken again") { load.sofar.stored.count > before + 100 }
                try await eventually("it is ready again") {
                    try await HTTPProbe.get("/readyz", port: ingress.adminPort).status == 200
                }
                let record = await load.stop()
                // It has broken no connection, of its callers or of its own, over it.
                #expect(record.strange == [] && record.broken == 0)
                try await expectStoredOnce(record, database)
            }
        }
    }
}
