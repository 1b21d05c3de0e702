import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

/** Opens a thread by the event with which it begins, or closes the one that is open (`undefined`). Its address has it. */
export function useOpenThread(): (root: string | undefined) => void {
  const navigate = useNavigate();
  return useCallback(
    (root) =>
      void navigate({
        to: "/playground",
        search: ({ thread: _, ...rest }) => (root === undefined ? rest : { ...rest, thread: root }),
        resetScroll: false,
      }),
    [navigate],
  );
}
