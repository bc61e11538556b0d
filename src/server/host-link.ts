// `holdfast host-link`: a new link for a host in open mode, for whoever may read the server's data. The server need not run.
import type { Config } from "../config.ts";
import { hostSecretName, makeHostCode, newSecret } from "../identity/host-codes.ts";
import { storedSecret } from "../store/stored-secret.ts";

/**
 * A link that makes one browser a host: good once, for a day, in every process that shares the store.
 * @param isRevoking takes every earlier link and every host's token back first
 * @returns the link as this machine knows the server; its path alone where PORT=0 leaves even that open
 * @throws Error with one sentence
 */
export async function hostLink(config: Config, isRevoking: boolean): Promise<string> {
  const { authMode, storeUrl, port } = config;
  if (authMode !== "open")
    throw new Error(`AUTH_MODE=${authMode}: hosts come with a token whose role is host, and not by a link.`);
  const secret = await storedSecret(storeUrl, hostSecretName, newSecret(), isRevoking);
  const path = `/host#code=${makeHostCode(secret, Date.now())}`;
  return port === 0 ? path : `http://localhost:${port}${path}`;
}
