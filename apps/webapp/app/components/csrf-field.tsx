/** The hidden field that every form carries: it shows that a page of this session rendered it. */
export const CsrfField = ({ token }: { token: string }) => <input type="hidden" name="csrf" value={token} />;
