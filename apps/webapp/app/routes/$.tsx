import { Problem } from "../components/problem.js";

/** Every address that is no page. */
export const loader = () => {
  throw new Response(null, { status: 404 });
};

export const action = loader;

export default function NotFound() {
  return <Problem status={404} />;
}
