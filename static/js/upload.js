/* Dropped or chosen files go up one by one, each with its own progress; then its row asks for itself. */
"use strict";
(() => {
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[name=files]");
  const list = document.querySelector("[data-files]");

  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    start([...event.dataTransfer.files]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start([...input.files]);
    input.value = "";
  });

  async function start(files) {
    document.querySelector("[data-none]")?.remove();
    for (const file of files) await send(file, waiting(file));
  }

  function waiting(file) {
    const row = document.createElement("li");
    row.className = "file";
    const name = document.createElement("b");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.className = "bar";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Uploading ${file.name}`);
    row.append(name, bar);
    list.prepend(row);
    return row;
  }

  function send(file, row) {
    return new Promise((done) => {
      const data = new FormData(form);
      data.delete("files");
      data.append("files", file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("X-Requested-With", "fetch");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.querySelector("progress").value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => {
        if (request.status === 200 || request.status === 400) replace(row, request.responseText);
        else row.append(` could not be sent${request.status ? ` (${request.status})` : ""}; try again.`);
        done();
      });
      request.send(data);
    });
  }

  function replace(row, html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const rows = [...template.content.querySelectorAll("li")];
    row.replaceWith(...rows);
    for (const each of rows) htmx.process(each);
  }
})();
