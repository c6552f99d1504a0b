interface TokenEnd {
  isLive: boolean;
  revokedAt: string | null;
}

/** Live, revoked or expired, in words and not by colour alone. */
export function TokenStatus({ isLive, revokedAt }: TokenEnd) {
  if (isLive) return <span className="badge good">Live</span>;
  return <span className="badge bad">{revokedAt === null ? "Expired" : "Revoked"}</span>;
}
