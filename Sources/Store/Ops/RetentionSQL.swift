/// How long ago what is removed for good must be.
enum RetentionSQL {
    /// The retention `$1`, counted from the database's time or from `$2`, that of the asking machine, whichever is
    /// earlier: a database whose clock leaps ahead would remove what nobody can bring back, so two clocks have to agree
    /// that its time has come.
    static let span = "$1 + greatest(interval '0', now() - $2)"
}
