// Before the first paint, so that nothing flashes: what the person chose, else what their system prefers.
(() => {
  const root = document.documentElement;
  const read = () => {
    try { return localStorage.getItem("labkeeper.theme"); } catch { return null; }
  };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  show(read());
  addEventListener("storage", (event) => {
    if (event.key === "labkeeper.theme") show(event.newValue);
  });
  addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-theme-switch]")) return;
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = isDark ? "light" : "dark";
    show(theme);
    try { localStorage.setItem("labkeeper.theme", theme); } catch { /* it holds for this page */ }
  });
})();
