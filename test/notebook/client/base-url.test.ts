import { expect } from "chai";
import { baseUrl, isLoopback } from "../../../src/notebook/client/base-url.js";

describe("baseUrl", () => {
  it("gives the address without a slash at the end, its path kept", () => {
    expect(baseUrl("http://127.0.0.1:8000/")).to.equal("http://127.0.0.1:8000");
    expect(baseUrl("https://host/proxy/8000//")).to.equal("https://host/proxy/8000");
  });

  it("drops the /v1 of other people's clients", () => {
    expect(baseUrl("http://127.0.0.1:8000/v1")).to.equal("http://127.0.0.1:8000");
    expect(baseUrl("https://host/proxy/8000/v1/")).to.equal("https://host/proxy/8000");
    expect(baseUrl("https://host//v1//")).to.equal("https://host");
    expect(baseUrl("https://v1")).to.equal("https://v1");
    expect(baseUrl("https://host/my-v1")).to.equal("https://host/my-v1");
  });

  it("refuses what is no address of a lab", () => {
    for (const text of ["", "localhost:8000", "ftp://host", "http://host/?a=b", "http://host/#a"]) {
      expect(() => baseUrl(text), text).to.throw("is not the address of a lab");
    }
  });

  it("refuses a password in the address without repeating it", () => {
    expect(() => baseUrl("https://me:secret@host/"))
      .to.throw("Leave the user and password out")
      .with.property("message")
      .that.does.not.include("secret");
  });
});

describe("isLoopback", () => {
  it("knows this machine's names", () => {
    for (const url of ["http://localhost:1", "http://127.0.0.9", "http://[::1]:8000"])
      expect(isLoopback(url)).to.equal(true);
    for (const url of ["https://a.ngrok.app", "http://127.0.0.1.example.org", "http://10.0.0.1"]) {
      expect(isLoopback(url)).to.equal(false);
    }
  });
});
