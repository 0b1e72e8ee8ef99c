"use strict";

/*
 * The settings as the fragment of a link, as in #depth=12&gain=3: what it leaves out is as at first.
 * Somebody may have typed it, so what no control could show is ignored, or the nearest that one can.
 */
const Link = (() => {
  const THEMES = ["light", "dark"];

  /** The settings that a fragment asks for; null if it asks for none. */
  function read(fragment, { atFirst, choices, gains, limits }) {
    const asked = new URLSearchParams(fragment.replace(/^#/, ""));
    const found = {};
    for (const name of Object.keys(atFirst)) {
      const value = asked.get(name);
      if (value === null || value.trim() === "") continue;
      if (name in choices) {
        // A seed is a number among the settings.
        const choice = choices[name].find((each) => String(each) === value);
        if (choice !== undefined) found[name] = choice;
      } else if (Number.isFinite(Number(value))) {
        found[name] = name === "gain" ? nearest(Number(value), gains) : within(Number(value), limits[name]);
      }
    }
    return Object.keys(found).length > 0 ? { ...atFirst, ...found } : null;
  }

  /** The fragment of settings, empty where all is as at first. */
  function write(settings, { atFirst }, theme) {
    const told = Object.keys(atFirst).filter((name) => settings[name] !== atFirst[name]);
    const parts = told.map((name) => `${name}=${settings[name]}`);
    if (theme) parts.push(`theme=${theme}`);
    return parts.length > 0 ? `#${parts.join("&")}` : "";
  }

  /** The theme that a fragment asks for, for pages that have only one; null if it asks for none. */
  function themeOf(fragment) {
    const theme = new URLSearchParams(fragment.replace(/^#/, "")).get("theme");
    return THEMES.includes(theme) ? theme : null;
  }

  function within(value, [low, high]) {
    return Math.min(Math.max(Math.round(value), low), high);
  }

  /** The step whose ratio to a value is nearest to 1. */
  function nearest(value, steps) {
    const distance = (step) => Math.abs(Math.log(step / Math.max(value, Number.MIN_VALUE)));
    return steps.reduce((best, step) => (distance(step) < distance(best) ? step : best));
  }

  return { read, themeOf, write };
})();
