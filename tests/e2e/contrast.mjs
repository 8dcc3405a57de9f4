/**
 * The texts of a page that stand out too little from what is behind them (WCAG 2.2, 1.4.3 AA): 4.5 to 1, or 3 to 1 where
 * letters are large. Goes by the colours that the browser computed; what is disabled or out of sight is exempt.
 */
export const faintTexts = (page) => page.evaluate(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
  };
  const over = ([r, g, b, a], [br, bg, bb]) => [r * a + br * (1 - a), g * a + bg * (1 - a), b * a + bb * (1 - a)];
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const behind = (element) => {
    if (element === null) return rgba(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(parentOf(element)));
  };
  const light = ([r, g, b]) => [r, g, b].map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => (Math.max(light(one), light(other)) + 0.05) / (Math.min(light(one), light(other)) + 0.05);
  const faint = [];
  for (const element of document.querySelector('kontor-chat').shadowRoot.querySelectorAll('*')) {
    const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join(' ').trim();
    if (words === '' || element.matches(':disabled, :disabled *, option, style') || element.closest('.hidden, [inert], .skip') !== null || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const background = behind(element);
    const sizePx = Number.parseFloat(style.fontSize);
    const needed = sizePx >= 24 || (sizePx >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const found = ratio(over(rgba(style.color), background), background);
    if (found < needed) faint.push(`${found.toFixed(2)} of ${needed}: <${element.localName} class="${element.className}"> ${words.slice(0, 60)}`);
  }
  return faint;
});
