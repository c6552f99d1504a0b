import * as z from "zod";

/** Answer of `GET /api/v1/platform-notifications`. A server of one's own has nothing to announce. */
export const PlatformNotificationsResponseBody = z.object({ notification: z.null() });
export type PlatformNotificationsResponseBody = z.infer<typeof PlatformNotificationsResponseBody>;
