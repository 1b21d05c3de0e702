import { Link } from "@tanstack/react-router";

export function InstanceLinks({ ids }: { ids: readonly string[] }) {
  return ids.map((id, index) => (
    <span key={id}>
      {index > 0 && ", "}
      <Link to="/instances/$id" params={{ id }}>
        {id}
      </Link>
    </span>
  ));
}
