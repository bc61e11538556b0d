// The headers in which one part of the server, or one process of a cluster, passes on who is at the other end of a
// request. A client's own are overwritten at the edge (`admission/http/peer`), so whoever reads them may believe them.

/** The client's address, in the form of `identity/address`. */
export const peerHeader = "x-holdfast-peer";
/**
 * `local` for a client on this machine, with no proxy between; `shared` where a proxy that is not believed stands between,
 * so that anybody may be behind the address; otherwise `remote`.
 */
export const directHeader = "x-holdfast-direct";
/** Carries the cluster's secret between processes; from anyone else it means nothing. */
export const peerSecretHeader = "x-holdfast-cluster";
/** An answer between processes that says: not here (any more), ask again who owns it. */
export const movedHeader = "x-holdfast-moved";
