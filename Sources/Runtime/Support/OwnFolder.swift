import Glibc

/// Why a folder is not this user's own, as an error number; nil where it is.
///
/// A folder that somebody else made could hold anything, such as links to our other files, and so could one reached
/// through somebody's link. A link of root's or of this user's is followed: systemd makes one to the StateDirectory of
/// a unit with DynamicUser.
package func flawOfOwnFolder(_ path: String) -> Int32? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno }
    if status.st_mode & S_IFMT == S_IFLNK {
        guard status.st_uid == 0 || status.st_uid == geteuid() else { return EPERM }
        guard stat(path, &status) == 0 else { return errno }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    return status.st_uid == geteuid() ? nil : EPERM
}
