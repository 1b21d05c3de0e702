import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useDuplicate } from "../../../api/copies.ts";
import { explain } from "../../../api/problem.ts";
import { useToast } from "../../../components/toasts/Toasts.tsx";
import { texts } from "./texts.ts";

type Wanted = Omit<Parameters<ReturnType<typeof useDuplicate>["mutateAsync"]>[0], "from">;

/** Duplicates an instance and goes to the copy. Who closes the form meanwhile is told, and stays where they are. */
export function useDuplicateHere(from: string) {
  const creation = useDuplicate();
  const navigate = useNavigate();
  const toast = useToast();
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const begin = async (wanted: Wanted) => {
    try {
      const { id, enabled } = await creation.mutateAsync({ from, ...wanted });
      toast({ message: enabled ? texts.duplicatedStarts(id, from) : texts.duplicated(id, from) });
      if (shown.current) void navigate({ to: "/instances/$id", params: { id }, ignoreBlocker: true });
    } catch (error) {
      // The form says it, where it is still there.
      if (shown.current) return;
      const { title, detail } = explain(error);
      toast({ message: `${title}\n${detail}`, failed: true });
    }
  };
  return { begin, creation };
}
