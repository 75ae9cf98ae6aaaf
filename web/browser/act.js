// What is done on a page: one request of play/page.cc, evaluated in a world of its own, where
// nothing of the page's scripts is seen. Gives what there is, or as `wait` why it is not there yet.
async (request) => {
  const mostText = 1 << 20;
  const mostNames = 8;
  const clean = (text) => (text || '').replace(/\s+/g, ' ').trim();
  const loose = (text) => clean(text).replace(/[\s*:]+$/, '').toLowerCase();
  const quoted = (text) => JSON.stringify(clean(text).slice(0, 80).toWellFormed());

  // A document's own: an element whose name is "title" or "body" would stand in their place.
  const ofDocument = (name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get;
  const bodyOf = ofDocument('body');
  const titleOf = ofDocument('title');
  const query = (tree, selector) => [...(tree instanceof ShadowRoot ? DocumentFragment : Document)
    .prototype.querySelectorAll.call(tree, selector)];
  const elementAt = (tree, x, y) => (tree instanceof ShadowRoot ? ShadowRoot : Document)
    .prototype.elementFromPoint.call(tree, x, y);

  // The documents and open shadow trees that a person sees as one page.
  const trees = [];
  const isThere = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const gather = (tree) => {
    trees.push(tree);
    for (const element of query(tree, '*')) {
      if (element.shadowRoot instanceof ShadowRoot) gather(element.shadowRoot);
      if (element.tagName !== 'IFRAME' || !isThere(element)) continue;
      try {
        if (element.contentDocument) gather(element.contentDocument);
      } catch {
        // Another origin's.
      }
    }
  };
  gather(document);
  const all = (selector) => trees.flatMap((tree) => query(tree, selector));
  const parentOf = (node) => node.parentNode || node.host || null;
  const isIn = (outer, node) => {
    for (let at = node; at; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && isThere(element);
  };

  // Of what is not shown `innerText` would be all of it, scripts and styles too.
  const textOf = (tree) => {
    if (!(tree instanceof ShadowRoot)) {
      const body = bodyOf.call(tree);
      return body && isThere(body) ? body.innerText : '';
    }
    const host = tree.host.getBoundingClientRect();
    if (!isThere(tree.host) && host.width === 0 && host.height === 0) return '';
    return [...tree.childNodes].map((child) => child.nodeType === Node.TEXT_NODE ? child.data
      : child instanceof Element && isThere(child) ? child.innerText || '' : '').join('\n');
  };
  const pageText = () =>
    trees.map(textOf).filter(Boolean).join('\n').slice(0, mostText).toWellFormed();

  // What a label says, without what is filled in inside of it.
  const ownText = (label) => {
    const words = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data;
      if (/^(INPUT|SELECT|TEXTAREA|BUTTON|SCRIPT|STYLE)$/.test(node.tagName || '')) return ' ';
      return [...node.childNodes].map(words).join('');
    };
    return words(label);
  };
  const ariaNames = (element) => {
    const ids = (element.getAttribute('aria-labelledby') || '').split(/\s+/).filter(Boolean);
    const tree = element.getRootNode();
    const texts = ids.map((id) => tree.getElementById?.(id)?.textContent || '').join(' ');
    return [texts, element.getAttribute('aria-label')];
  };
  const labelsOf = (element) => [...(element.labels || [])];
  const namesOfField = (element) => [
    ...labelsOf(element).map(ownText), ...ariaNames(element), element.getAttribute('placeholder'),
    element.getAttribute('title'), element.getAttribute('name'), element.id];
  const namesOfTarget = (element) => {
    const isInput = element.tagName === 'INPUT';
    const images = [...element.querySelectorAll('img[alt], svg[aria-label]')];
    const nameless = { submit: 'Submit', reset: 'Reset' }[isInput ? element.type : ''];
    return [
      ...ariaNames(element), element.innerText, ...labelsOf(element).map(ownText),
      isInput ? element.getAttribute('value') || nameless : '', element.getAttribute('alt'),
      ...images.map((image) => image.getAttribute('alt') || image.getAttribute('aria-label')),
      element.getAttribute('title')];
  };

  const isField = 'input:not([type=hidden], [type=button], [type=submit], [type=reset], ' +
    '[type=image]), textarea, select, [contenteditable=""], [contenteditable=true], ' +
    '[role=textbox], [role=searchbox], [role=combobox], [role=spinbutton], [role=checkbox], ' +
    '[role=switch], [role=radio]';
  const isTarget = 'a[href], button, input[type=button], input[type=submit], input[type=reset], ' +
    'input[type=image], input[type=checkbox], input[type=radio], summary, label, [role=button], ' +
    '[role=link], [role=menuitem], [role=menuitemcheckbox], [role=menuitemradio], [role=option], ' +
    '[role=tab], [role=checkbox], [role=radio], [role=switch], [role=treeitem]';
  // What may be clicked on, too; but much of a page may lie within one of these.
  const isPerhapsTarget = '[onclick], [tabindex]:not([tabindex^="-"])';

  // Those whose name is `what`; else, but for blanks, case and a mark behind it; else those whose
  // name begins with these words.
  const called = (elements, namesOf, what, exactly = false) => {
    const named = elements.map((element) => [element, namesOf(element).map(clean)]);
    const tests = [
      (name) => name === clean(what),
      (name) => loose(name) === loose(what),
      (name) => loose(what) !== '' && loose(name).startsWith(loose(what)) &&
        !/[\p{L}\p{N}]/u.test(loose(name)[loose(what).length])];
    for (const test of exactly ? tests.slice(0, 2) : tests) {
      const found = named.filter(([, names]) => names.some((name) => name && test(name)));
      if (found.length > 0) return found.map(([element]) => element);
    }
    return [];
  };
  // Where one stands for the other, as a label for its field, the outer one is left out.
  const innermost = (elements) => elements.filter((one) => !elements.some((other) => other !== one &&
    (isIn(one, other) || (one.tagName === 'LABEL' && one.control === other))));
  // Those that are nearest to a text: within the smallest part of the page that has both.
  const near = (elements, text) => {
    const around = (element) => {
      let at = element;
      while (at && !clean(at.innerText ?? '').includes(clean(text))) at = parentOf(at);
      return at;
    };
    const depths = elements.map((element) => {
      let depth = 0;
      for (let up = around(element); up; up = parentOf(up)) ++depth;
      return depth;
    });
    const most = Math.max(0, ...depths);
    const nearest = most === 0 ? [] : elements.filter((_, i) => depths[i] === most);
    if (nearest.length < 2) return nearest;
    // Where it is all of something, it is more than where it is a part.
    const whole = nearest.filter((element) =>
      [...(around(element).querySelectorAll?.('*') ?? [])].some((part) =>
        clean(part.innerText ?? '') === clean(text)));
    return whole.length > 0 ? whole : nearest;
  };
  const describe = (element) => {
    const shown = ['id', 'name', 'type', 'class'].filter((name) => element.getAttribute(name))
      .map((name) => ` ${name}="${element.getAttribute(name).slice(0, 40).toWellFormed()}"`);
    return `<${element.localName}${shown.join('')}>`;
  };
  const choose = (elements, namesOf, kind, others = () => []) => {
    const seen = elements.filter((element) => isSeen(element) || labelsOf(element).some(isSeen));
    let found = innermost(called(seen, namesOf, request.what));
    if (found.length === 0) found = others();
    if (found.length === 0) {
      const names = seen.map((element) => namesOf(element).map(clean).find(Boolean))
        .filter(Boolean);
      const few = [...new Set(names)].slice(0, mostNames).map(quoted).join(', ');
      return { wait: `no ${kind} is called ${quoted(request.what)} at ${location.href}` +
        (few ? `; there are ${few}` : '') };
    }
    if (request.in) found = near(found, request.in);
    if (found.length === 0) {
      return { wait: `no ${kind} ${quoted(request.what)} is near ${quoted(request.in)}` };
    }
    if (found.length > 1) {
      const few = found.slice(0, mostNames).map(describe).join(', ');
      return { wait: request.in
        ? `${found.length} are called ${quoted(request.what)} near ${quoted(request.in)}: ${few}; ` +
          'name more of the text beside the right one'
        : `${found.length} are called ${quoted(request.what)}: ${few}; say which by text that ` +
          'stands beside it, with `in: …`' };
    }
    return { element: found[0] };
  };

  const frame = () => new Promise((done) => {
    requestAnimationFrame(() => done());
    setTimeout(done, 100);
  });
  // Where a frame's own page begins within what it lies in.
  const insideOf = (frame) => {
    const outer = frame.getBoundingClientRect();
    const style = frame.ownerDocument.defaultView.getComputedStyle(frame);
    return { left: outer.left + frame.clientLeft + parseFloat(style.paddingLeft),
      top: outer.top + frame.clientTop + parseFloat(style.paddingTop) };
  };
  // Its middle; of what goes over several lines that of the first.
  const boxOf = (element) => {
    const box = [...element.getClientRects()].find(({ width, height }) => width > 0 && height > 0) ||
      element.getBoundingClientRect();
    let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    for (let view = element.ownerDocument.defaultView; view !== window; view = view.parent) {
      const inside = insideOf(view.frameElement);
      x += inside.left;
      y += inside.top;
    }
    return { x, y };
  };
  const hitAt = ({ x, y }) => {
    let tree = document;
    let [left, top] = [x, y];
    for (;;) {
      const hit = elementAt(tree, left, top);
      const shadow = hit?.shadowRoot instanceof ShadowRoot ? hit.shadowRoot : null;
      const below = shadow && elementAt(shadow, left, top);
      if (below && below !== hit) {
        tree = shadow;
      } else if (hit?.tagName === 'IFRAME' && trees.includes(hit.contentDocument)) {
        const inside = insideOf(hit);
        left -= inside.left;
        top -= inside.top;
        tree = hit.contentDocument;
      } else {
        return hit;
      }
    }
  };
  const isDisabled = (element) =>
    element.matches(':disabled') || element.closest('[aria-disabled=true]') !== null;

  // Where to click, once it stands still and nothing lies over it.
  const pointOf = async (element) => {
    const target = isSeen(element) ? element : labelsOf(element).find(isSeen) || element;
    if (isDisabled(element)) return { wait: `${describe(element)} is disabled` };
    target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const before = boxOf(target);
    await frame();
    const after = boxOf(target);
    if (!target.isConnected || before.x !== after.x || before.y !== after.y) {
      return { wait: `${describe(target)} moves` };
    }
    const hit = hitAt(after);
    if (hit && (isIn(target, hit) || labelsOf(element).some((label) => isIn(label, hit)))) {
      return { click: after };
    }
    return { wait: `${describe(target)} lies ${hit ? `below ${describe(hit)}` : 'outside'}` };
  };

  const tell = (element) => {
    element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
    return { done: true };
  };
  const fillChoice = (element) => {
    const wanted = [].concat(request.value).map((value) => String(value));
    const fits = (option) => wanted.includes(clean(option.label)) || wanted.includes(option.value);
    const options = [...element.options];
    const lacks = wanted.find((value) =>
      !options.some((option) => clean(option.label) === value || option.value === value));
    if (lacks !== undefined) {
      const few = options.slice(0, mostNames).map((option) => quoted(option.label)).join(', ');
      return { wait: `${describe(element)} has no choice ${quoted(lacks)}; it has ${few}` };
    }
    if (element.multiple) {
      for (const option of options) option.selected = fits(option);
    } else {
      element.selectedIndex = options.findIndex(fits);
    }
    return tell(element);
  };
  const fillSwitch = async (element) => {
    if (typeof request.value !== 'boolean') {
      return { no: `${describe(element)} is on or off: true or false` };
    }
    const on = 'checked' in element ? element.checked :
      element.getAttribute('aria-checked') === 'true';
    if (on === request.value) return { done: true };
    if (request.clicked) return { wait: `${describe(element)} did not change when it was clicked` };
    if (on && element.type === 'radio') {
      return { no: `${describe(element)} goes off when another one of its group is on` };
    }
    return pointOf(element);
  };
  const fillFiles = (element) => {
    const files = [].concat(request.value);
    if (!files.every((file) => file?.base64 !== undefined)) {
      return { no: `${describe(element)} takes a file: ` +
        '{ file: "${file(\'a.pdf\')}", name: a.pdf, type: application/pdf }' };
    }
    const transfer = new DataTransfer();
    for (const { base64, name, type } of files) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    element.files = transfer.files;
    return tell(element);
  };
  const fillText = (element) => {
    if (element.readOnly || element.getAttribute('aria-readonly') === 'true') {
      return { wait: `${describe(element)} can only be read` };
    }
    if (/^(color|date|datetime-local|month|range|time|week)$/.test(element.type || '')) {
      const text = String(request.value);
      element.value = text;
      return element.value === text ? tell(element) :
        { no: `${describe(element)} cannot hold ${quoted(text)}` };
    }
    element.focus();
    if (element.select) {
      element.select();
    } else {
      element.ownerDocument.getSelection().selectAllChildren(element);
    }
    return { type: true };
  };
  const fill = async (element) => {
    if (isDisabled(element)) return { wait: `${describe(element)} is disabled` };
    const role = element.getAttribute('role');
    if (element.tagName === 'SELECT') return fillChoice(element);
    if (element.type === 'file') return fillFiles(element);
    if (/^(checkbox|radio)$/.test(element.type || '') || /^(checkbox|radio|switch)$/.test(role)) {
      return fillSwitch(element);
    }
    return fillText(element);
  };

  // What has this text itself, where no part of it has; first among what may be a target.
  const withText = () => {
    const perhaps = innermost(called(all(isPerhapsTarget).filter(isSeen), namesOfTarget,
      request.what, true));
    if (perhaps.length > 0) return perhaps;
    const texts = trees.flatMap((tree) =>
      tree instanceof ShadowRoot ? query(tree, '*') : query(tree, 'body *'));
    return innermost(called(
      texts.filter((element) => element.innerText !== undefined && isSeen(element)),
      (element) => [element.innerText], request.what));
  };

  if (request.do === 'text') {
    const title = titleOf.call(document).toWellFormed();
    const values = all(isField).filter((field) => field.type !== 'password' && isSeen(field))
      .map((field) => field.tagName === 'SELECT'
        ? [...field.selectedOptions].map((option) => option.label).join(', ') : field.value)
      .filter((value) => typeof value === 'string').join('\n').slice(0, mostText).toWellFormed();
    return { text: pageText(), title, url: location.href, values };
  }
  if (request.do === 'held') {
    let field = document.activeElement;
    while (field?.shadowRoot?.activeElement || trees.includes(field?.contentDocument)) {
      field = field.shadowRoot?.activeElement ?? field.contentDocument.activeElement;
    }
    const isText = /^(INPUT|TEXTAREA)$/.test(field?.tagName || '');
    return isText ? { held: field.value.toWellFormed() } : {};
  }
  if (request.do === 'fill') {
    const chosen = choose(all(isField), namesOfField, 'field');
    return chosen.element ? fill(chosen.element) : chosen;
  }
  const chosen = choose(all(isTarget), namesOfTarget, 'thing to click on', withText);
  return chosen.element ? pointOf(chosen.element) : chosen;
}
