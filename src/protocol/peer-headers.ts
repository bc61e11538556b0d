// The headers in which one part of the server, or one process of a cluster, passes on who is at the other end of a
// request. A client's own are overwritten at the edge (`rooms/peer`), so whoever reads them may believe them.

/** The client's address. */
export const peerHeader = "x-holdfast-peer";
/** `local` for a client on this machine, with no proxy between; otherwise `remote`. */
export const directHeader = "x-holdfast-direct";
