namespace peregrine::trial {}
