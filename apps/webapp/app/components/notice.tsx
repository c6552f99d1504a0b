import type { ReactNode } from "react";

interface NoticeProps {
  kind: "done" | "wrong" | "careful";
  children: ReactNode;
}

/** What just happened, or what to mind; screen readers are told of it. */
export const Notice = ({ kind, children }: NoticeProps) => (
  <div className={`notice ${kind}`} role={kind === "wrong" ? "alert" : "status"}>
    {children}
  </div>
);
